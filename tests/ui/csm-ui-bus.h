/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A session of the test's own: its bus, and on it what a desktop has: where notifications go, and who is asked whether an
 * app may run in the background.
 */
typedef struct
{
  GSubprocess     *daemon;
  GDBusConnection *bus;        /* the desktop's end of it */
  GHashTable      *shown;      /* id → GVariant: the notifications on the screen */
  guint            n_shown;    /* how often one was shown */
  gboolean         allow;      /* what the portal answers */
  GVariant        *asked;      /* what it was asked last; or NULL */
  guint            n_asked;
} CsmUiBus;

void      csm_ui_bus_up           (CsmUiBus   *self,
                                   const char *dir);
void      csm_ui_bus_clear        (CsmUiBus   *self);
void      csm_ui_bus_down         (CsmUiBus   *self);
gboolean  csm_ui_bus_is_there     (CsmUiBus   *self,
                                   const char *name);
GVariant *csm_ui_bus_call         (CsmUiBus   *self,
                                   const char *path,
                                   const char *interface,
                                   const char *method,
                                   GVariant   *parameters);
void      csm_ui_bus_activate     (CsmUiBus   *self,
                                   const char *action,
                                   const char *target);
char     *csm_ui_bus_get_text     (CsmUiBus   *self,
                                   const char *id,
                                   const char *key);
char     *csm_ui_bus_get_buttons  (CsmUiBus   *self,
                                   const char *id);

G_END_DECLS
