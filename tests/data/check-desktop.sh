#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# Desktop entry, D-Bus service and systemd unit.

. "$(dirname "$0")/tap.sh"
need desktop-file-validate desktop-file-utils

id=org.casement.Casement
entry=data/$id.desktop.in

value ()
{
  sed -n "s/^$2=//p" "$1"
}

# The program insists on the suffix .desktop; hints are complaints here too.
cp "$entry" "$scratch/$id.desktop"
desktop-file-validate "$scratch/$id.desktop" > "$scratch/desktop" 2>&1 || echo "exit status $?" >> "$scratch/desktop"
result "the desktop entry is valid" "$scratch/desktop"
equal "the icon is named by the id" "$id" "$(value "$entry" Icon)"
equal "the command is the app, which follows links" 'casement %U' "$(value "$entry" Exec | head -n 1)"
equal "links of ours are opened by the app" 'x-scheme-handler/casement;' "$(value "$entry" MimeType)"
# Each action is one of the app's own, so that the bus can start it.
value "$entry" Actions | tr ';' '\n' | grep . | while read -r action; do
  grep -qx "\[Desktop Action $action\]" "$entry" || echo "no group of $action"
  grep -q "{ .name = \"$action\"," src/app/csm-application-actions.c || echo "no action $action of the app"
done > "$scratch/actions"
result "the entry's actions are the app's" "$scratch/actions"
equal "the bus starts the app" true "$(value "$entry" DBusActivatable)"
equal "the bus service is named by the id" "$id" "$(value "data/$id.service.in" Name)"
equal "the bus service starts the installed app" '@bindir@/casement --gapplication-service' "$(value "data/$id.service.in" Exec)"

provider=data/$id.search-provider.ini
equal "the search provider names the desktop entry" "$id.desktop" "$(value "$provider" DesktopId)"
equal "the search provider is found on the app's name" "$id" "$(value "$provider" BusName)"
equal "the search provider is below the app's path" "/$(echo "$id" | tr . /)/SearchProvider" "$(value "$provider" ObjectPath)"
equal "the search provider speaks the second version" 2 "$(value "$provider" Version)"

for key in DynamicUser=yes StateDirectory=casement NoNewPrivileges=yes ProtectSystem=strict ProtectHome=yes \
           PrivateTmp=yes PrivateDevices=yes CapabilityBoundingSet= WantedBy=multi-user.target; do
  grep -qx "$key" data/casement-server.service || echo "missing: $key"
done > "$scratch/unit"
grep -q '^ExecStart=casement-server --data /var/lib/casement serve ' data/casement-server.service \
  || echo "ExecStart doesn't serve /var/lib/casement" >> "$scratch/unit"
result "the systemd unit runs the server with few rights" "$scratch/unit"
finish
