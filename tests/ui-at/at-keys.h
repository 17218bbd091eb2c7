/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A keyboard on the display: keys arrive as if somebody pressed them, at the newest window of a program. */
typedef struct _AtKeys AtKeys;

AtKeys *at_keys_new   (const char *display);
void    at_keys_free  (AtKeys     *self);
/* The newest window of the process @pid that is on the screen gets what is typed. FALSE: it has none. */
gboolean at_keys_focus (AtKeys    *self,
                       int         pid);
/* Whether it has a window with this title on the screen */
gboolean at_keys_shows (AtKeys    *self,
                       int         pid,
                       const char *title);
/* Keys by their X names, with modifiers before them: "j", "Return", "Control+Shift+o". */
void    at_keys_press (AtKeys     *self,
                       const char *key);
/* What stands on an American keyboard, letter by letter. */
void    at_keys_type  (AtKeys     *self,
                       const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtKeys, at_keys_free)

G_END_DECLS
