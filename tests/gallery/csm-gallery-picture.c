/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-gallery-picture.h"

#include <stdlib.h>
#include <string.h>

#define SCALE 5
/* As many shades as make a difference: fewer bytes for what is kept */
#define SHADES 32
/* Parts of 2 × 2 are 10 × 10 pixels of a window. */
#define PART 2
/* A letter that is drawn elsewhere by a few pixels, as another version of a font does it, is the same letter. */
#define SLACK 1
/* An icon that is missing covers as many parts as this. */
#define N_WORST 4
#define MAX_MEAN 1.5
#define MAX_WORST 14.0

struct _CsmGalleryPicture
{
  int     width;
  int     height;
  guint8 *greys;
};

static CsmGalleryPicture *
picture_new (int width,
             int height)
{
  CsmGalleryPicture *self = g_new0 (CsmGalleryPicture, 1);

  self->width = width;
  self->height = height;
  self->greys = g_malloc0 ((gsize) width * (gsize) height);
  return self;
}

void
csm_gallery_picture_free (CsmGalleryPicture *self)
{
  g_free (self->greys);
  g_free (self);
}

CsmGalleryPicture *
csm_gallery_picture_copy (const CsmGalleryPicture *self)
{
  CsmGalleryPicture *copy = picture_new (self->width, self->height);

  memcpy (copy->greys, self->greys, (gsize) self->width * (gsize) self->height);
  return copy;
}

static guint8
luminance (const guchar *pixel)
{
  return (guint8) ((pixel[0] * 54u + pixel[1] * 183u + pixel[2] * 19u) / 256u);
}

/* The mean of what one of the small picture's points stands for */
static guint8
shrink_point (GdkPixbuf *pixbuf,
              int        x,
              int        y)
{
  const guchar *pixels = gdk_pixbuf_read_pixels (pixbuf);
  int n_channels = gdk_pixbuf_get_n_channels (pixbuf);
  int stride = gdk_pixbuf_get_rowstride (pixbuf);
  int right = MIN ((x + 1) * SCALE, gdk_pixbuf_get_width (pixbuf));
  int bottom = MIN ((y + 1) * SCALE, gdk_pixbuf_get_height (pixbuf));
  guint sum = 0;
  guint n = 0;

  for (int row = y * SCALE; row < bottom; row++)
    for (int column = x * SCALE; column < right; column++, n++)
      {
        const guchar *pixel = pixels + row * stride + column * n_channels;

        /* Rounded corners are nothing. */
        sum += n_channels == 4 ? luminance (pixel) * pixel[3] / 255u : luminance (pixel);
      }
  sum = (sum + n / 2) / n;
  return (guint8) (sum * (SHADES - 1) / 255 * 255 / (SHADES - 1));
}

/* @png: a picture of a window. Returns: (transfer full): a small one of it */
CsmGalleryPicture *
csm_gallery_picture_shrink (const char *png)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (png, &error);
  CsmGalleryPicture *self;

  g_assert_no_error (error);
  self = picture_new ((gdk_pixbuf_get_width (pixbuf) + SCALE - 1) / SCALE, (gdk_pixbuf_get_height (pixbuf) + SCALE - 1) / SCALE);
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      self->greys[y * self->width + x] = shrink_point (pixbuf, x, y);
  return self;
}

/* Returns: (nullable) (transfer full): what csm_gallery_picture_save() wrote; NULL when there is no such file */
CsmGalleryPicture *
csm_gallery_picture_load (const char *path)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (path, NULL);
  CsmGalleryPicture *self;

  if (pixbuf == NULL)
    return NULL;
  self = picture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf));
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      self->greys[y * self->width + x] = gdk_pixbuf_read_pixels (pixbuf)[y * gdk_pixbuf_get_rowstride (pixbuf) + x * gdk_pixbuf_get_n_channels (pixbuf)];
  return self;
}

/* As a PNG with nothing but shades of grey */
gboolean
csm_gallery_picture_save (const CsmGalleryPicture *self,
                          const char              *path)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, self->width, self->height);
  g_autofree char *folder = g_path_get_dirname (path);
  cairo_status_t status;

  for (int y = 0; y < self->height; y++)
    memcpy (cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface), self->greys + y * self->width, (gsize) self->width);
  cairo_surface_mark_dirty (surface);
  g_mkdir_with_parents (folder, 0755);
  status = cairo_surface_write_to_png (surface, path);
  cairo_surface_destroy (surface);
  return status == CAIRO_STATUS_SUCCESS;
}

/* Paints over a part of it, given in pixels of the window. */
void
csm_gallery_picture_fill (CsmGalleryPicture *self,
                          GdkRectangle       part,
                          guint8             grey)
{
  for (int y = part.y / SCALE; y < MIN ((part.y + part.height) / SCALE, self->height); y++)
    for (int x = part.x / SCALE; x < MIN ((part.x + part.width) / SCALE, self->width); x++)
      self->greys[y * self->width + x] = grey;
}

/* --- comparing ----------------------------------------------------------------------------------------------- */

static int
part_mean (const CsmGalleryPicture *self,
           int                      x,
           int                      y)
{
  int sum = 0;

  for (int row = y; row < y + PART; row++)
    for (int column = x; column < x + PART; column++)
      sum += self->greys[CLAMP (row, 0, self->height - 1) * self->width + CLAMP (column, 0, self->width - 1)];
  return sum / (PART * PART);
}

static int
part_difference (const CsmGalleryPicture *self,
                 const CsmGalleryPicture *other,
                 int                      x,
                 int                      y)
{
  int mean = part_mean (self, x, y);
  int least = 255;

  for (int dy = -SLACK; dy <= SLACK && least > 0; dy++)
    for (int dx = -SLACK; dx <= SLACK; dx++)
      least = MIN (least, abs (mean - part_mean (other, x + dx, y + dy)));
  return least;
}

/* Adds what @self has and @other hasn't. Returns: how many parts there are */
static guint
add_differences (const CsmGalleryPicture *self,
                 const CsmGalleryPicture *other,
                 guint                   *counts)
{
  guint n = 0;

  for (int y = 0; y < self->height; y += PART)
    for (int x = 0; x < self->width; x += PART, n++)
      counts[part_difference (self, other, x, y)]++;
  return n;
}

CsmGalleryDifference
csm_gallery_picture_compare (const CsmGalleryPicture *self,
                             const CsmGalleryPicture *other)
{
  CsmGalleryDifference difference = { 255, 255, FALSE };
  guint counts[256] = { 0 };
  guint n;
  guint n_worst = N_WORST;

  if (self->width != other->width || self->height != other->height)
    return difference;
  /* What is new in the one is as different as what is missing in it. */
  n = add_differences (self, other, counts) + add_differences (other, self, counts);
  difference.mean = difference.worst = 0;
  for (guint i = 256; i-- > 0;)
    {
      guint taken = MIN (counts[i], n_worst);

      difference.mean += (double) i * counts[i] / n;
      difference.worst += (double) i * taken / N_WORST;
      n_worst -= taken;
    }
  difference.same = difference.mean <= MAX_MEAN && difference.worst <= MAX_WORST;
  return difference;
}
