/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Starts @argv, which ends with the test at the latest, whatever becomes of that; (transfer full) */
GSubprocess *at_process_start   (GSubprocessLauncher *launcher, const char * const *argv);
/* Asks it to end, and waits. */
void         at_process_end     (GSubprocess *process);
/* Everything that was started has ended, and what that has started in turn, too; otherwise the test ends with their names. */
void         at_process_no_more (void);

/* A message bus, from which nothing is started by itself */
typedef struct
{
  GSubprocess *process;
  char        *address;
} AtBus;

/* @folder: where its settings are put */
AtBus       *at_bus_new         (const char *folder);
void         at_bus_free        (AtBus *self);

/* A display that nobody looks at, and that nobody without @XAUTHORITY reaches */
typedef struct
{
  GSubprocess *process;
  char        *name;
} AtDisplay;

AtDisplay   *at_display_new     (void);
void         at_display_free    (AtDisplay *self);

G_END_DECLS
