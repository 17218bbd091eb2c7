#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# One version and one id everywhere.

. "$(dirname "$0")/tap.sh"
need xmllint libxml2-utils
need jq jq

version=$(sed -n "s/^ *version: *'\([0-9.]*\)'.*/\1/p" meson.build | head -n 1)
case $version in
  [0-9]*.[0-9]*.[0-9]*) : > "$scratch/version" ;;
  *) echo "meson.build has no version of three numbers: '$version'" > "$scratch/version" ;;
esac
result "the project has a version" "$scratch/version"
equal "newest release of the metainfo" "$version" "$(xmllint --nonet --xpath 'string(//release[1]/@version)' data/org.casement.Casement.metainfo.xml.in)"
equal "newest entry of CHANGELOG.md" "$version" "$(sed -n 's/^## *\[\{0,1\}v\{0,1\}\([0-9][0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)"

id=$(sed -n "s/^app_id *= *'\(.*\)'/\1/p" meson.build)
equal "id of the metainfo" "$id" "$(xmllint --nonet --xpath 'string(/component/id)' data/org.casement.Casement.metainfo.xml.in)"
equal "id of the schema" "$id" "$(xmllint --nonet --xpath 'string(//schema/@id)' data/org.casement.Casement.gschema.xml)"
equal "id of the manifest" "$id" "$(jq -r .id flatpak/org.casement.Casement.json)"
domain=$(sed -n "s/^gettext_package *= *'\(.*\)'/\1/p" meson.build)
equal "gettext domain of the metainfo" "$domain" "$(xmllint --nonet --xpath 'string(//translation)' data/org.casement.Casement.metainfo.xml.in)"
equal "gettext domain of the schema" "$domain" "$(xmllint --nonet --xpath 'string(//schemalist/@gettext-domain)' data/org.casement.Casement.gschema.xml)"
finish
