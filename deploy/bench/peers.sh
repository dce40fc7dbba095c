# What stands between the client and the database. Each start_ puts the port in $port and the process in $pid.

start_haproxy() {
  free_port port
  cat >"$work/haproxy.cfg" <<EOF
global
  maxconn 4000
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen mysql
  bind 127.0.0.1:$port
  server primary 127.0.0.1:$primary_port
EOF
  background "$work/haproxy.log" haproxy -db -f "$work/haproxy.cfg"
}

# MySQL Router as it forwards fastest: one destination, no TLS on either side, its own protocol handling.
start_mysql_router() {
  free_port port
  cat >"$database_directory/router.conf" <<EOF
[DEFAULT]
logging_folder=
max_total_connections=4000
[logger]
level=warning
[routing:bench]
bind_address=127.0.0.1
bind_port=$port
destinations=127.0.0.1:$primary_port
routing_strategy=first-available
protocol=classic
client_ssl_mode=DISABLED
server_ssl_mode=DISABLED
EOF
  background "$work/mysql-router.log" chroot "$debian" mysqlrouter -c "${database_directory#"$debian"}/router.conf"
}

# db-router JVM options as docs/performance.md recommends them for a machine of its own.
jvm_options=(-Xms256m -Xmx256m -XX:+UseSerialGC)

# start_db_router NAME CONSISTENCY [POOL]: leads to the primary and, if there is one, the replica. POOL is a setting of its pool, as
# "max-shared: 1". Clients are offered TLS by the setting in $client_tls, if there is one.
start_db_router() {
  local name=$1 consistency=$2 pool=${3:-} management
  free_port port
  free_port management
  cat >"$work/$name.yaml" <<EOF
instance: $name
listen: '127.0.0.1:$port'
consistency: $consistency
tls: ${client_tls:-null}
users: [{name: $user, password: $password}]
servers:
  - {name: primary, address: '127.0.0.1:$primary_port'}
${replica_port:+  - {name: replica, address: '127.0.0.1:$replica_port'\}}
monitor: {user: monitor, password: $password}
server-tls: {mode: disabled}
sessions: {max-connections: 20000}
${pool:+pool: {$pool\}}
management: {listen: '127.0.0.1:$management'}
EOF
  management_port=$management
  background "$work/$name.log" "$java" "${jvm_options[@]}" -jar "$project/db-router/target/db-router.jar" --config "$work/$name.yaml"
  until_true 30 "$name" "$work/$name.log" curl -fs "http://127.0.0.1:$management/health/ready"
}
