/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is left of a picture when it is a fifth as big and grey: enough to see what is missing or somewhere else. */
typedef struct _CsmGalleryPicture CsmGalleryPicture;

/* How much two of them differ */
typedef struct
{
  double   mean;   /* of the luminance of their parts, 0–255 */
  double   worst;  /* of the few parts that differ most */
  gboolean same;   /* the two would be taken for the same */
} CsmGalleryDifference;

CsmGalleryPicture   *csm_gallery_picture_shrink  (const char              *png);
CsmGalleryPicture   *csm_gallery_picture_load    (const char              *path);
CsmGalleryPicture   *csm_gallery_picture_copy    (const CsmGalleryPicture *self);
void                 csm_gallery_picture_fill    (CsmGalleryPicture       *self,
                                                  GdkRectangle             part,
                                                  guint8                   grey);
gboolean             csm_gallery_picture_save    (const CsmGalleryPicture *self,
                                                  const char              *path);
CsmGalleryDifference csm_gallery_picture_compare (const CsmGalleryPicture *self,
                                                  const CsmGalleryPicture *other);
void                 csm_gallery_picture_free    (CsmGalleryPicture       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmGalleryPicture, csm_gallery_picture_free)

G_END_DECLS
