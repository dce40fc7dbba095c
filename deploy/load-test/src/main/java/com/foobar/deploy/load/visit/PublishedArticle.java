package com.foobar.deploy.load.visit;

import com.foobar.deploy.load.consistency.Tally;

/** An article that a visitor of this run has published and that others read, like and comment on. */
record PublishedArticle(String slug, String title, String author, Tally favourites, Tally comments) {
    PublishedArticle(String slug, String title, String author) {
        this(slug, title, author, new Tally(), new Tally());
    }
}
