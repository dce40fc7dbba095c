-- The limit of a user's keys counts those of the last hours: from this index alone, whatever else he has.
--
-- MySQL knows no ADD KEY IF NOT EXISTS, and a start that was cut short may have added it already.

SET @change = IF(
  EXISTS (
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'idempotency_keys' AND index_name = 'ix_idempotency_keys_user'),
  'DO 0',
  'ALTER TABLE idempotency_keys ADD KEY ix_idempotency_keys_user (user_id, created_at)');
PREPARE migration FROM @change;
EXECUTE migration;
DEALLOCATE PREPARE migration;
