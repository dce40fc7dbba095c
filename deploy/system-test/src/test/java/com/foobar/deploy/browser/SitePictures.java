package com.foobar.deploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SharedStack;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotType;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Takes the pictures of docs/site.md anew. Not part of the build: run when the site looks different, by the command there. */
@ExtendWith({SharedStack.class, SharedBrowser.class})
class SitePictures {
    private static final Path IMAGES = RunningStack.project().resolve("docs/images");
    private static final int JPEG_QUALITY = 72;

    private final Visitors visitors;

    SitePictures(Visitors visitors) {
        this.visitors = visitors;
    }

    @Test
    void take() {
        take("site", "/", ".article-preview", Screen.DESKTOP, ColorScheme.LIGHT);
        take(
                "site-infrastructure",
                "/about/infrastructure",
                ".infra-count:has-text('6')",
                Screen.DESKTOP,
                ColorScheme.LIGHT);
        take(
                "site-article-dark",
                "/article/unplug-it-a-failover-you-can-watch",
                ".article-content",
                Screen.DESKTOP,
                ColorScheme.DARK);
        take("site-phone", "/profile/johndoe", ".article-preview", Screen.PHONE, ColorScheme.LIGHT);
        take(
                "site-phone-infrastructure-dark",
                "/about/infrastructure",
                ".infra-count:has-text('6')",
                Screen.PHONE,
                ColorScheme.DARK);
    }

    private void take(String name, String path, String whole, Screen screen, ColorScheme scheme) {
        Visitor visitor = visitors.at(screen, scheme, "lb-1");
        visitor.open(path);
        assertThat(visitor.see(whole).first()).isVisible();
        visitor.page().waitForFunction("document.fonts.ready.then(() => [...document.images].every(i => i.complete))");
        visitor.page()
                .screenshot(new Page.ScreenshotOptions()
                        .setType(ScreenshotType.JPEG)
                        .setQuality(JPEG_QUALITY)
                        .setPath(IMAGES.resolve(name + ".jpg")));
    }
}
