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
if [ -z "$max_shared$share_from" ]; then
  start_db_router db-router strict
  peers+=("db-router:$port:$pid")
fi
for shared in ${max_shared//,/ }; do
  start_db_router "db-router-$shared" strict "max-shared: $shared"
  peers+=("db-router-$shared:$port:$pid")
done
for from in ${share_from//,/ }; do
  start_db_router "db-router-from-$from" strict "share-from: $from"
  peers+=("db-router-from-$from:$port:$pid")
done

workloads=${workloads:-point-1,point-8,point-64,text-64,write-8,insert-8,insert-64,change-8,rows}
warm_all "$workloads" "${peers[@]}"
measure_rounds "$workloads" "${peers[@]}"

report "db-router beside MySQL Router, HAProxy in TCP mode and no router." "Database: $database $(database_version)." report.awk
