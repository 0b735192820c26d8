# The services behind all tunnels: iperf3 for bulk, nginx for small requests, an echo of single bytes for connections that stand idle.
# shellcheck shell=bash

backends=(bulk web sink start)

start_backends() {
  spawn iperf3 iperf3 -s -B 127.0.0.1 -p "${port[direct.bulk]}"
  wait_for iperf3 listens "${port[direct.bulk]}"

  mkdir -p "$scratch/nginx"
  cat >"$scratch/nginx.conf" <<EOF
daemon off;
worker_processes 1;
worker_rlimit_nofile 8192;
pid $scratch/nginx/pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  default_type text/plain;
  keepalive_requests 1000000000;
  client_body_temp_path $scratch/nginx/body;
  proxy_temp_path $scratch/nginx/proxy;
  fastcgi_temp_path $scratch/nginx/fastcgi;
  uwsgi_temp_path $scratch/nginx/uwsgi;
  scgi_temp_path $scratch/nginx/scgi;
  server {
    listen 127.0.0.1:${port[direct.web]} backlog=4096;
    location / { return 200 "hello\n"; }
  }
}
EOF
  # Under Debian, nginx-light has no uwsgi or scgi module in some releases; then their lines are unknown.
  nginx -t -q -c "$scratch/nginx.conf" 2>/dev/null || sed -i '/uwsgi_temp\|scgi_temp\|fastcgi_temp/d' "$scratch/nginx.conf"
  spawn nginx "$(command -v nginx)" -c "$scratch/nginx.conf"
  wait_for nginx listens "${port[direct.web]}"

  spawn sink "$tool" sink "${port[direct.sink]}"
  wait_for "echo sink" listens "${port[direct.sink]}"
  port[direct.start]=${port[direct.web]}
}
