package com.foobar.app.article;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlugTest {
    @ParameterizedTest
    @CsvSource({
        "How to Train Your Dragon, how-to-train-your-dragon",
        "'  Hello,  World!  ', hello-world",
        "Crème brûlée, creme-brulee",
        "100% & more, 100-more",
        "日本語 タイトル, 日本語-タイトル",
        "Ünïcode – dash, unicode-dash",
        "'../../etc/passwd?x=<y>', etc-passwd-x-y",
        "🚀, article",
        "!!!, article"
    })
    void isMadeOfLettersAndDigits(String title, String slug) {
        assertThat(Slug.of(title)).isEqualTo(slug);
    }

    @Test
    void isCutWithoutBreakingACharacter() {
        assertThat(Slug.of("x".repeat(300))).hasSize(200);
        String astral = Slug.of("𠀀".repeat(300));
        assertThat(astral.codePointCount(0, astral.length())).isEqualTo(200);
    }

    @Test
    void getsARandomSuffix() {
        assertThat(Slug.withSuffix("a-title")).matches("a-title-[0-9a-z]{6}").isNotEqualTo(Slug.withSuffix("a-title"));
    }

    @Test
    void doesNotHideThePathsBesideIt() {
        assertThat(Slug.isFree("feed")).isFalse();
        assertThat(Slug.isFree("feeds")).isTrue();
    }
}
