# Ends the processes that have $1 in their environment, once nobody holds the other end of standard input any more.
trap '' INT TERM HUP
read -r farewell
[ "$farewell" = done ] && exit 0

entry=$1
marked() {
    grep -lsF "$entry" /proc/[0-9]*/environ | cut -d/ -f3
}

# SIGTERM for 5 s, then SIGKILL. Three times nobody is the end: a process may have been on its way while we looked.
rounds=0
nobody=0
while [ "$nobody" -lt 3 ]; do
    pids=$(marked)
    if [ -z "$pids" ]; then
        nobody=$((nobody + 1))
    else
        nobody=0
        if [ "$rounds" -lt 25 ]; then kill -TERM $pids; else kill -KILL $pids; fi
    fi
    rounds=$((rounds + 1))
    sleep 0.2
done
