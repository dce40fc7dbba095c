#!/bin/bash
# Starts mysqld as the official image does: a new data directory is initialised and given the users, the database and the
# scripts asked for. Obeys MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD, MYSQL_ROOT_HOST, MYSQL_DATABASE, MYSQL_USER,
# MYSQL_PASSWORD (each also as NAME_FILE) and /docker-entrypoint-initdb.d/*.{sh,sql,sql.gz}.
set -euo pipefail

log() { printf '%s [entrypoint] %s\n' "$(date -u +%FT%TZ)" "$*" >&2; }
fail() { log "$*"; exit 1; }

# value NAME [DEFAULT]: from the environment, or from the file that NAME_FILE names.
value() {
  local name=$1 file="${1}_FILE"
  if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then fail "both $name and $file are set; set one"; fi
  if [ -n "${!file:-}" ]; then cat "${!file}"; else printf '%s' "${!name:-${2:-}}"; fi
}

# quoted TEXT: as a string literal of SQL.
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g")"; }

if [ "${1:0:1}" = - ]; then set -- mysqld "$@"; fi
if [ "$1" != mysqld ]; then exec "$@"; fi

datadir=/var/lib/mysql
socket=/var/run/mysqld/mysqld.sock

if [ ! -d "$datadir/mysql" ]; then
  root_password=$(value MYSQL_ROOT_PASSWORD)
  if [ -z "$root_password" ] && [ -z "${MYSQL_ALLOW_EMPTY_PASSWORD:-}" ]; then
    fail "a new database needs MYSQL_ROOT_PASSWORD, MYSQL_ROOT_PASSWORD_FILE or MYSQL_ALLOW_EMPTY_PASSWORD"
  fi
  log "initialising $datadir"
  chown -R mysql:mysql "$datadir"
  "$@" --initialize-insecure
  log "starting without network for the first statements"
  "$@" --skip-networking --skip-replica-start --super-read-only=OFF --read-only=OFF &
  server=$!
  client=(mysql --protocol=socket --socket="$socket" -uroot --comments)
  for _ in $(seq 300); do
    if "${client[@]}" -e 'SELECT 1' >/dev/null 2>&1; then break; fi
    kill -0 "$server" 2>/dev/null || fail "mysqld ended during initialisation"
    sleep 0.1
  done

  # Nothing of this belongs in the binary log: replicas initialise themselves.
  database=$(value MYSQL_DATABASE)
  user=$(value MYSQL_USER)
  {
    echo "SET SESSION sql_log_bin = 0;"
    root_host=$(value MYSQL_ROOT_HOST %)
    if [ "$root_host" != localhost ]; then
      echo "CREATE USER 'root'@$(quoted "$root_host") IDENTIFIED BY $(quoted "$root_password");"
      echo "GRANT ALL ON *.* TO 'root'@$(quoted "$root_host") WITH GRANT OPTION;"
    fi
    if [ -n "$database" ]; then echo "CREATE DATABASE \`$database\`;"; fi
    if [ -n "$user" ]; then
      echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$(value MYSQL_PASSWORD)");"
      if [ -n "$database" ]; then echo "GRANT ALL ON \`$database\`.* TO $(quoted "$user")@'%';"; fi
    fi
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $(quoted "$root_password");"
  } | "${client[@]}"

  export MYSQL_PWD=$root_password
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh) log "running $script"; . "$script" ;;
      *.sql) log "running $script"; "${client[@]}" ${database:+"$database"} <"$script" ;;
      *.sql.gz) log "running $script"; gunzip -c "$script" | "${client[@]}" ${database:+"$database"} ;;
    esac
  done
  "${client[@]}" -e SHUTDOWN
  unset MYSQL_PWD
  wait "$server" || fail "mysqld did not end well after initialisation"
  log "initialised"
fi

exec "$@"
