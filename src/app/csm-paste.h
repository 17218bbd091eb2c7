/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * CsmPasteFunc:
 * @file: a file that was pasted or dropped; a picture is in a file of its own, which goes when csm_paste_done() says so
 * @is_large: it is a picture larger than a mail should carry
 * @data: what was given with the function
 */
typedef void (*CsmPasteFunc) (GFile    *file,
                              gboolean  is_large,
                              gpointer  data);

void     csm_paste_attach        (GtkTextView         *view,
                                  CsmPasteFunc         take,
                                  gpointer             data);
void     csm_paste_done          (GFile               *file);
char    *csm_paste_tidy          (const char          *text);
void     csm_paste_shrink_async  (GFile               *file,
                                  GAsyncReadyCallback  callback,
                                  gpointer             data);
GFile   *csm_paste_shrink_finish (GAsyncResult        *result,
                                  GError             **error);

G_END_DECLS
