/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <atspi/atspi.h>

#include "at-keys.h"

G_BEGIN_DECLS

#ifndef HAVE_ATSPI_AUTOPTR
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAction, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiComponent, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiRect, g_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiStateSet, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiText, g_object_unref)
#endif

/*
 * Somebody at a computer of their own, with Casement as it was built: they see what a screen reader would be told, and
 * press keys. Each has a bus, folders and a password store of their own; all are on one display.
 */
typedef struct _AtPerson AtPerson;

/* The display and what speaks for it, once a program; ends the program's tests when there is none */
void      at_room_open          (int *argc, char ***argv);
/* Lets the world go on for a moment. */
void      at_room_pause         (void);
/* With sanitizers, on a busy machine */
#define AT_PATIENCE_US (60 * G_TIME_SPAN_SECOND)

/* @folder: where they keep things; the same again: the same computer. @arguments: (nullable) */
AtPerson *at_person_sit_down    (const char *folder, const char * const *arguments);
/* Quits by the keyboard, and the program has to end well. */
void      at_person_leave       (AtPerson *self);

/*
 * What is to be seen, by what a screen reader calls it: a role, and a name with * for anything. Waits until it is there,
 * and ends the test with what is there instead if it doesn't come.
 */
AtspiAccessible *at_person_see     (AtPerson *self, AtspiRole role, const char *name);
void             at_person_see_not (AtPerson *self, AtspiRole role, const char *name);
/* Whether it is there now. */
gboolean         at_person_sees    (AtPerson *self, AtspiRole role, const char *name);
/* How many of them are there now. */
guint            at_person_count   (AtPerson *self, AtspiRole role, const char *name);
/* Waits until so many are there. */
void             at_person_see_n   (AtPerson *self, AtspiRole role, const char *name, guint n);

/* The line below the views says that nothing waits. */
void      at_person_see_synced  (AtPerson *self);
/* The desktop notifies them, with @text in it. */
void      at_person_hear        (AtPerson *self, const char *text);
void      at_person_click       (AtPerson *self, AtspiRole role, const char *name);
/* Presses @key, Tab or Down for example, until the focus is there. */
void      at_person_go_to       (AtPerson *self, const char *key, AtspiRole role, const char *name);
/* What has the focus, as "role name"; (transfer full) */
char     *at_person_where       (AtPerson *self);
void      at_person_press       (AtPerson *self, const char *key);
void      at_person_type        (AtPerson *self, const char *text);
/* (transfer full) the text that stands in it */
char     *at_person_read        (AtPerson *self, AtspiRole role, const char *name);
/* Everything that is to be seen and can be used has a name that says what it is. */
void      at_person_check_names (AtPerson *self);

G_END_DECLS
