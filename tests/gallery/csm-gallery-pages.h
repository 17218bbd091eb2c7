/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-ui-asker.h"
#include "csm-ui-desk.h"

G_BEGIN_DECLS

typedef struct
{
  CsmUiDesk   desk;
  CsmUiAsker *asker;
} CsmGalleryDesk;

/* A page that people see */
typedef struct
{
  const char *name;
  GtkWidget *(*open) (CsmGalleryDesk *gallery,
                      int             width,
                      const char     *argument);
  const char *argument;
  gboolean    main;     /* compared in every language, and in the dark */
  gboolean    dialog;   /* never as wide as the widest */
} CsmGalleryPage;

const CsmGalleryPage *csm_gallery_pages (guint *n_pages);
void                  csm_gallery_fill  (CsmGalleryDesk *gallery);
void                  csm_gallery_close (CsmGalleryDesk *gallery);

G_END_DECLS
