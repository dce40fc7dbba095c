# What the machine has, what is started on it, and how it all ends.

started=()
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# require MODULE COMMAND=PACKAGE...: what must be there, the module's jar among it.
require() {
  local module=$1 each missing=()
  shift
  for each in "$@" "$java=openjdk-17-jre-headless"; do
    command -v "${each%%=*}" >/dev/null || missing+=("${each#*=}")
  done
  if [ "${#missing[@]}" -gt 0 ]; then
    fail "missing: ${missing[*]}. Get them with: apt-get install --no-install-recommends ${missing[*]}"
  fi
  [ -e "$project/$module/target/$module.jar" ] ||
    fail "$module is not built. Build it with: mvn -q -DskipTests package -pl $module -am"
}

# background LOG COMMAND...: starts a process; its id is then in $pid.
background() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  started+=("$pid")
}

# until_true SECONDS WHAT LOG COMMAND...
until_true() {
  local limit=$((SECONDS + $1)) name=$2 log=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$limit" ]; then
      tail -n 20 "$log" >&2
      fail "$name is not there in time; the end of its log is above"
    fi
    sleep 0.2
  done
}

stop_started() {
  local id
  for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
  for id in "${started[@]}"; do wait "$id" 2>/dev/null || true; done
  started=()
}

stop_everything() {
  stop_started
  rm -rf "$work" "${database_directory:-}"
}

# free_port NAME: puts a port on which nothing listens in the variable.
next_port=$((20000 + RANDOM % 8000))
free_port() {
  while (: <"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null; do next_port=$((next_port + 1)); done
  printf -v "$1" '%s' "$next_port"
  next_port=$((next_port + 1))
}

# cpu_ticks PID: user and system time of all its threads, in hundredths of a second (proc(5), utime and stime).
cpu_ticks() {
  local stat
  stat=$(<"/proc/$1/stat")
  # shellcheck disable=SC2086 # the fields behind the name, which may contain blanks
  set -- ${stat##*) }
  echo $((${12} + ${13}))
}

# jit_ticks PID: of that, what a JVM's compilers have taken; with -XX:-UseDynamicNumberOfCompilerThreads, as threads that ended are not seen.
jit_ticks() {
  local task stat sum=0
  for task in "/proc/$1/task/"*; do
    case $(<"$task/comm") in
      'C1 Comp'* | 'C2 Comp'*)
        stat=$(<"$task/stat")
        # shellcheck disable=SC2086 # as above
        set -- ${stat##*) }
        sum=$((sum + ${12} + ${13}))
        ;;
    esac
  done
  echo "$sum"
}

machine() {
  printf '%s cores of %s, %s GiB, Linux %s, %s' "$(nproc)" \
    "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)" \
    "$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" "$(uname -r)" \
    "$("$java" -version 2>&1 | awk 'NR == 2')"
}

# report TITLE WHAT-ELSE-RAN AWK-FILE
report() {
  {
    printf '%s\n\n' "$1"
    printf '%s; %s. %s\n' "$(date -u +%F)" "$(machine)" "$2"
    printf '%s rounds of %s s; medians. A proportion is the median of those within a round.\n\n' "$rounds" "$seconds"
    awk -f "$bench/medians.awk" -f "$bench/$3" "$output/raw.csv"
  } >"$output/results.md"
  cat "$output/results.md"
  say "written: $output/results.md and raw.csv"
}
