# deploy/bench/run consistency: a primary, a replica, and a router for each level; reads come while nothing is written,
# and while four threads write.

choose_database
start_primary
start_replica
fill

start_db_router strict strict
peers=("strict:$port:$pid")
start_db_router session session
peers+=("session:$port:$pid")
start_db_router eventual eventual
peers+=("eventual:$port:$pid")

workloads=${workloads:-point-1,point-8,point-64}
warm_all "$workloads" "${peers[@]}"
measure_rounds "$workloads" "${peers[@]}"

report "Strict reads beside those of sessions and eventual ones through db-router, a primary and a replica." "Database: $database $(database_version)." report.awk
