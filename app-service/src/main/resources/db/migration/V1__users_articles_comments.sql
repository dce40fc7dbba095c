-- For MySQL 8.4 and newer and MariaDB 10.11 and newer alike. Every statement can be run again after a start that was cut short,
-- because neither database undoes a CREATE TABLE.
--
-- utf8mb4_unicode_520_ci: case and accents are one and the same, emoji are not. utf8mb4_bin: every character counts.

CREATE TABLE IF NOT EXISTS users (
  id            BIGINT        NOT NULL AUTO_INCREMENT,
  username      VARCHAR(64)   NOT NULL,
  email         VARCHAR(254)  NOT NULL,
  password_hash VARCHAR(100)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bio           TEXT          NULL,
  image         VARCHAR(2048) NULL,
  created_at    DATETIME(6)   NOT NULL,
  updated_at    DATETIME(6)   NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uk_users_username (username),
  UNIQUE KEY uk_users_email (email)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS follows (
  follower_id BIGINT      NOT NULL,
  followed_id BIGINT      NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  PRIMARY KEY (follower_id, followed_id),
  KEY ix_follows_followed (followed_id),
  CONSTRAINT fk_follows_follower FOREIGN KEY (follower_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT fk_follows_followed FOREIGN KEY (followed_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS articles (
  id          BIGINT        NOT NULL AUTO_INCREMENT,
  slug        VARCHAR(255)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  author_id   BIGINT        NOT NULL,
  title       VARCHAR(255)  NOT NULL,
  description VARCHAR(1024) NOT NULL,
  body        MEDIUMTEXT    NOT NULL,
  created_at  DATETIME(6)   NOT NULL,
  updated_at  DATETIME(6)   NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uk_articles_slug (slug),
  KEY ix_articles_newest (created_at, id),
  KEY ix_articles_author (author_id, created_at, id),
  CONSTRAINT fk_articles_author FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS article_tags (
  article_id BIGINT      NOT NULL,
  tag        VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (article_id, tag),
  KEY ix_article_tags_tag (tag, article_id),
  CONSTRAINT fk_article_tags_article FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS favorites (
  article_id BIGINT      NOT NULL,
  user_id    BIGINT      NOT NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (article_id, user_id),
  KEY ix_favorites_user (user_id, article_id),
  CONSTRAINT fk_favorites_article FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE,
  CONSTRAINT fk_favorites_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS comments (
  id         BIGINT      NOT NULL AUTO_INCREMENT,
  article_id BIGINT      NOT NULL,
  author_id  BIGINT      NOT NULL,
  body       MEDIUMTEXT  NOT NULL,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_comments_article (article_id, created_at, id),
  KEY ix_comments_author (author_id),
  CONSTRAINT fk_comments_article FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE,
  CONSTRAINT fk_comments_author FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
