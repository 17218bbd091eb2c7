/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "at-room.h"

G_BEGIN_DECLS

/*
 * Somebody at a computer of their own, with Casement as it was built: they see what a screen reader would be told, and
 * press keys. Each has a display, a bus, folders and a password store of their own.
 */
typedef struct _AtPerson AtPerson;

/* @folder: where they keep things; the same again: the same computer. @arguments: (nullable) */
AtPerson *at_person_sit_down    (const char *folder, const char * const *arguments);
/* Quits by the keyboard, and the program has to end well. */
void      at_person_leave       (AtPerson *self);

/*
 * What is to be seen, by what a screen reader calls it: a role, and a name with * for anything. Waits until it is there,
 * and ends the test with what is there instead if it doesn't come.
 */
void      at_person_see         (AtPerson *self, AtspiRole role, const char *name);
void      at_person_see_not     (AtPerson *self, AtspiRole role, const char *name);
/* Waits until there is such a window, which gets the keys then, or isn't any more. */
void      at_person_see_window  (AtPerson *self, const char *title, gboolean shown);
/* Waits until so many are there. */
void      at_person_see_n       (AtPerson *self, AtspiRole role, const char *name, guint n);
/* The line below the views says that nothing waits. */
void      at_person_see_synced  (AtPerson *self);
/* The desktop notifies them, with @text in it. */
void      at_person_hear        (AtPerson *self, const char *text);
/* Waits until the focus is there. */
void      at_person_see_focus   (AtPerson *self, AtspiRole role, const char *name);
/* Waits until this text stands in it; with * for anything */
void      at_person_read        (AtPerson *self, AtspiRole role, const char *name, const char *text);

void      at_person_click       (AtPerson *self, AtspiRole role, const char *name);
/* Presses @key, Tab or Down for example, until the focus is there. */
void      at_person_go_to       (AtPerson *self, const char *key, AtspiRole role, const char *name);
void      at_person_press       (AtPerson *self, const char *key);
void      at_person_type        (AtPerson *self, const char *text);

/* Everything that is to be seen and can be used has a name that says what it is. */
void      at_person_check_names (AtPerson *self);

G_END_DECLS
