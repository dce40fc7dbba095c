# deploy/bench/run router

choose_database
start_primary
fill

peers=("direct:$primary_port:-")
start_haproxy
peers+=("haproxy-tcp:$port:$pid")
if [ -n "$debian" ] && [ "$database" = mysql ]; then
  start_mysql_router
  peers+=("mysql-router:$port:$pid")
fi
start_db_router db-router strict
peers+=("db-router:$port:$pid")

workloads=${workloads:-point-1,point-8,point-64,text-64,write-8,insert-8,insert-64,change-8,rows}
warm_all "$workloads" "${peers[@]}"
measure_rounds "$workloads" "${peers[@]}"

report "db-router beside MySQL Router, HAProxy in TCP mode and no router." "Database: $database $(database_version)." report.awk
