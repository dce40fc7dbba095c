-- What requests with an Idempotency-Key have led to, written in the transaction of the request itself. user_id 0 stands for
-- nobody (registration), hence no foreign key.

CREATE TABLE IF NOT EXISTS idempotency_keys (
  user_id     BIGINT      NOT NULL,
  key_hash    BINARY(32)  NOT NULL,
  fingerprint BINARY(32)  NOT NULL,
  outcome     LONGTEXT    NULL,
  created_at  DATETIME(6) NOT NULL,
  PRIMARY KEY (user_id, key_hash),
  KEY ix_idempotency_keys_created (created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
