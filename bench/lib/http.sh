# HTTP by host name: a reverse proxy in front of an ssh tunnel, which is what people build who have no tunnel that understands HTTP, and the same
# proxy without any tunnel.
# shellcheck shell=bash

title[nginx_plain]="nginx, no tunnel"
title[nginx_ssh]="nginx in front of ssh -R"
http_systems=()

# Two nginx with the same settings; both keep connections to what is behind them.
start_http_proxies() {
  local system behind ports
  mapfile -t ports < <("$tool" ports 2 10000 19999)
  for system in nginx_plain nginx_ssh; do
    behind=${port[direct.web]}
    [[ $system == nginx_plain ]] || behind=${port[ssh.web]}
    port[$system.web]=${ports[0]}
    ports=("${ports[@]:1}")
    cat >"$scratch/$system.conf" <<EOT
daemon off;
worker_processes auto;
worker_rlimit_nofile 8192;
pid $scratch/$system.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $scratch/nginx/body;
  proxy_temp_path $scratch/nginx/proxy;
  upstream behind { server 127.0.0.1:$behind; keepalive 128; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:${port[$system.web]} backlog=4096 default_server; return 404; }
  server {
    listen 127.0.0.1:${port[$system.web]};
    server_name bench.localhost;
    location / {
      proxy_pass http://behind;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host \$http_host;
      proxy_set_header X-Forwarded-For \$remote_addr;
      proxy_set_header X-Forwarded-Proto \$scheme;
      proxy_set_header X-Forwarded-Host \$http_host;
    }
  }
}
EOT
    spawn "$system" "$(command -v nginx)" -c "$scratch/$system.conf"
    wait_for "$system" listens "${port[$system.web]}" || return 1
    http_systems+=("$system")
  done
  [[ -z ${port[mport_http.web]:-} ]] || http_systems+=(mport_http)
}

# measure_http SYSTEM kept|each
measure_http() {
  local host="bench.localhost:${port[$1.web]}"
  measure_wrk "http-$2" "$1" "$2" -H "Host: $host"
}
