package com.foobar.deploy.load.visit;

import com.foobar.deploy.load.consistency.Reads;
import com.foobar.deploy.load.consistency.Tally;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** What the visitors of one run share: names that no other run uses, and what they have published. May be used by any thread. */
public final class Run {
    /** Few, so that visitors meet at the same articles; the newest replace the oldest. */
    private static final int ARTICLES = 100;

    private final String id;
    private final String password;
    private final AtomicLong names = new AtomicLong();
    private final Tally articles = new Tally();
    private final Reads reads = new Reads();
    private final CopyOnWriteArrayList<PublishedArticle> published = new CopyOnWriteArrayList<>();

    /** A run with a name of its own. */
    public Run() {
        SecureRandom random = new SecureRandom();
        id = Long.toString(random.nextLong(1L << 40) + (1L << 40), 36);
        password = Long.toString(random.nextLong() >>> 1, 36) + "-" + id;
    }

    /** Marks everything that this run writes; lower-case letters and digits. */
    public String id() {
        return id;
    }

    /** The tag of every article of this run. */
    String tag() {
        return "load-" + id;
    }

    /** Of every account of this run; random, as the accounts stay. */
    String password() {
        return password;
    }

    /** A user name that nobody has. */
    String newName() {
        return "load-" + id + "-" + names.incrementAndGet();
    }

    /** Articles with the tag of this run. */
    Tally articles() {
        return articles;
    }

    public Reads reads() {
        return reads;
    }

    /** Shows an article to other visitors. */
    synchronized void show(PublishedArticle article) {
        published.add(article);
        if (published.size() > ARTICLES) {
            published.remove(0);
        }
    }

    boolean hasArticles() {
        return !published.isEmpty();
    }

    /** Any of the articles shown. @throws IllegalStateException when there is none */
    PublishedArticle anyArticle() {
        List<PublishedArticle> all = List.copyOf(published);
        if (all.isEmpty()) {
            throw new IllegalStateException("nothing has been published yet");
        }
        return all.get(ThreadLocalRandom.current().nextInt(all.size()));
    }
}
