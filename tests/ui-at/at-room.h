/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <atspi/atspi.h>

G_BEGIN_DECLS

#ifndef HAVE_ATSPI_AUTOPTR
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAction, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiText, g_object_unref)
#endif

/*
 * Where everybody sits: a bus for what screen readers are told and the registry on it, of this program alone. The one that
 * a desktop starts by itself has its socket in the folder of the user, so whoever starts another one takes it over.
 */
typedef struct _AtRoom AtRoom;

/* With sanitizers, on a busy machine */
#define AT_PATIENCE_US (90 * G_TIME_SPAN_SECOND)

/* Once a program, first */
AtRoom *at_room_open   (int *argc, char ***argv);
/* Nothing may be left of what was started. */
void    at_room_close  (AtRoom *self);
/* Lets the world go on for a moment. */
void    at_room_pause  (void);
void    at_room_remove (const char *path);

G_END_DECLS
