# Processes of the benchmark: started here, measured and ended by their ids alone.
# shellcheck shell=bash

started=()

# spawn LOG COMMAND…: runs it in the background with its output in the scratch folder; its id is left in $spawned.
spawn() {
  local log=$scratch/$1.log
  shift
  "$@" >"$log" 2>&1 </dev/null &
  spawned=$!
  started+=("$spawned")
}

# Ends one process, and waits until it is gone.
stop() {
  kill -TERM "$1" 2>/dev/null || return 0
  local i
  for ((i = 0; i < 60; i++)); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.05
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# Clients before servers, so newest first.
stop_all() {
  local i
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    stop "${started[i]}"
  done
  started=()
}

# The ids of processes and all their descendants (sshd has one child a connection).
tree() {
  local id children
  for id; do
    echo "$id"
    mapfile -t children < <(pgrep -P "$id" || true)
    ((${#children[@]} == 0)) || tree "${children[@]}"
  done
}

# CPU time, in clock ticks, that processes and their descendants have used.
cpu_ticks() {
  local id sum=0 stat fields
  for id in $(tree "$@"); do
    stat=$(<"/proc/$id/stat") || continue
    read -ra fields <<<"${stat##*) }"
    sum=$((sum + fields[11] + fields[12]))
  done
  echo "$sum"
}

# Proportional set size in KiB: shared pages are divided among those who share them.
pss() {
  local id
  for id in $(tree "$@"); do
    cat "/proc/$id/smaps_rollup" 2>/dev/null || true
  done | awk '/^Pss:/ { sum += $2 } END { print sum + 0 }'
}

# wait_for WHAT COMMAND…: tries the command until it succeeds.
wait_for() {
  local what=$1 i
  shift
  for ((i = 0; i < 400; i++)); do
    if "$@" 2>/dev/null; then
      return 0
    fi
    sleep 0.05
  done
  echo "bench: no $what within 20 s; the last lines of the newest log:" >&2
  tail -n 5 "$(ls -t "$scratch"/*.log | head -1)" >&2
  return 1
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
