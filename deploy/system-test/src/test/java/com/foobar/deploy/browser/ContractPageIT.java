package com.foobar.deploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.running.SharedStack;
import com.microsoft.playwright.Locator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page that shows the contract of the API, through all tiers. */
@ExtendWith({ChromiumInstalled.class, SharedStack.class, SharedBrowser.class})
class ContractPageIT {
    @Test
    void showsEveryOperationAndTriesOneWithoutAnotherHost(Visitors visitors) {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.open("/api/docs");
        assertThat(reader.see(".opblock")).hasCount(20);

        Locator tags = reader.see("#operations-Tags-tags");
        tags.locator(".opblock-summary-control").click();
        tags.locator(".try-out__btn").click();
        tags.locator(".execute").click();
        assertThat(tags.locator(".live-responses-table tr.response .response-col_status")
                        .first())
                .containsText("200");
        assertThat(reader.complaints()).isEmpty();
        assertThat(reader.requestsToOtherHosts()).isEmpty();
    }
}
