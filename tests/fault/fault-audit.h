/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-server.h"

G_BEGIN_DECLS

/* The oracle. Each adds a line to @findings for whatever is not as promised; an empty list is a pass. */
void  fault_audit_mails  (GPtrArray          *findings,
                          JsonArray          *messages,
                          const char * const *expected,
                          gboolean            others_allowed);
void  fault_audit_sends  (GPtrArray          *findings,
                          JsonArray          *submissions,
                          JsonArray          *messages,
                          char              **sink);
void  fault_audit_census (GPtrArray          *findings,
                          const char         *found,
                          const char         *expected,
                          const char         *or_expected);
char *fault_census       (FaultServer        *server);
void  fault_assert_none  (GPtrArray          *findings);

G_END_DECLS
