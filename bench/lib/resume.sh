# The same bulk over a client that can resume and over one that may not, in turns.
# shellcheck shell=bash

title[mport_noresume]="mport --no-resume"

# A second client of the same edge with a public port of its own.
start_without_resume() {
  if ! out/mport tcp --help | grep -q -- --no-resume; then
    notes+=("resume: this client has no --no-resume")
    return 1
  fi
  local free
  free=$("$tool" ports 1 20000 20999)
  port[mport_noresume.bulk]=$free
  server[mport_noresume]=${server[mport]}
  spawn mport_noresume out/mport tcp "${port[direct.bulk]}" --remote-port "$free" --name bench-no-resume --no-resume
  client[mport_noresume.bulk]=$spawned
  wait_for "mport --no-resume" listens "$free"
}
