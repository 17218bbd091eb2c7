/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-keys.h"

#include <X11/Xatom.h>
#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>

struct _AtKeys
{
  Display *display;
  Atom     pid;
};

AtKeys *
at_keys_new (const char *display)
{
  AtKeys *self = g_new0 (AtKeys, 1);

  self->display = XOpenDisplay (display);
  g_assert_nonnull (self->display);
  self->pid = XInternAtom (self->display, "_NET_WM_PID", False);
  return self;
}

void
at_keys_free (AtKeys *self)
{
  XCloseDisplay (self->display);
  g_free (self);
}

/* A window may go between the look and the question: then it is nobody's. */
static int
ignore_error (Display     *display,
              XErrorEvent *event)
{
  return 0;
}

static int
pid_of (AtKeys *self,
        Window  window)
{
  Atom type;
  int format, pid = 0;
  unsigned long n_items = 0, left;
  unsigned char *data = NULL;

  if (XGetWindowProperty (self->display, window, self->pid, 0, 1, False, XA_CARDINAL, &type, &format, &n_items, &left, &data) == Success && n_items == 1)
    pid = (int) *(unsigned long *) (gpointer) data;
  if (data != NULL)
    XFree (data);
  return pid;
}

static gboolean
takes_keys (AtKeys *self,
            Window  window)
{
  XWindowAttributes attributes;

  return XGetWindowAttributes (self->display, window, &attributes) != 0 && attributes.map_state == IsViewable && !attributes.override_redirect &&
         attributes.class == InputOutput;
}

gboolean
at_keys_focus (AtKeys *self,
               int     pid)
{
  XErrorHandler before = XSetErrorHandler (ignore_error);
  Window root, parent, *children = NULL, found = None, now;
  unsigned int n_children = 0;
  int revert;

  XQueryTree (self->display, DefaultRootWindow (self->display), &root, &parent, &children, &n_children);
  /* Those on top come last. */
  for (unsigned int i = n_children; i > 0 && found == None; i--)
    {
      if (pid_of (self, children[i - 1]) == pid && takes_keys (self, children[i - 1]))
        found = children[i - 1];
    }
  if (children != NULL)
    XFree (children);
  XGetInputFocus (self->display, &now, &revert);
  if (found != None && found != now)
    {
      XRaiseWindow (self->display, found);
      XSetInputFocus (self->display, found, RevertToParent, CurrentTime);
    }
  XSync (self->display, False);
  XSetErrorHandler (before);
  return found != None;
}

static gboolean
is_titled (AtKeys     *self,
           Window      window,
           const char *title)
{
  char *name = NULL;
  gboolean titled = XFetchName (self->display, window, &name) != 0 && g_str_equal (name, title);

  if (name != NULL)
    XFree (name);
  return titled;
}

gboolean
at_keys_shows (AtKeys     *self,
               int         pid,
               const char *title)
{
  XErrorHandler before = XSetErrorHandler (ignore_error);
  Window root, parent, *children = NULL;
  unsigned int n_children = 0;
  gboolean shows = FALSE;

  XQueryTree (self->display, DefaultRootWindow (self->display), &root, &parent, &children, &n_children);
  for (unsigned int i = 0; i < n_children && !shows; i++)
    shows = pid_of (self, children[i]) == pid && takes_keys (self, children[i]) && is_titled (self, children[i], title);
  if (children != NULL)
    XFree (children);
  XSync (self->display, False);
  XSetErrorHandler (before);
  return shows;
}

static void
press_keysym (AtKeys *self,
              KeySym  keysym,
              guint   modifiers)
{
  static const struct { guint bit; KeySym keysym; } table[] = {
    { ControlMask, XK_Control_L }, { ShiftMask, XK_Shift_L }, { Mod1Mask, XK_Alt_L },
  };
  KeyCode code = XKeysymToKeycode (self->display, keysym);

  g_assert_cmpuint (code, !=, 0);
  if (XkbKeycodeToKeysym (self->display, code, 0, 0) != keysym && XkbKeycodeToKeysym (self->display, code, 0, 1) == keysym)
    modifiers |= ShiftMask;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (modifiers & table[i].bit)
      XTestFakeKeyEvent (self->display, XKeysymToKeycode (self->display, table[i].keysym), True, CurrentTime);
  XTestFakeKeyEvent (self->display, code, True, CurrentTime);
  XTestFakeKeyEvent (self->display, code, False, CurrentTime);
  for (guint i = G_N_ELEMENTS (table); i > 0; i--)
    if (modifiers & table[i - 1].bit)
      XTestFakeKeyEvent (self->display, XKeysymToKeycode (self->display, table[i - 1].keysym), False, CurrentTime);
  XSync (self->display, False);
}

void
at_keys_press (AtKeys     *self,
               const char *key)
{
  g_auto (GStrv) parts = g_strsplit (key, "+", -1);
  guint n = g_strv_length (parts), modifiers = 0;
  KeySym keysym;

  for (guint i = 0; i + 1 < n; i++)
    modifiers |= g_str_equal (parts[i], "Control") ? ControlMask : g_str_equal (parts[i], "Shift") ? ShiftMask : Mod1Mask;
  keysym = XStringToKeysym (parts[n - 1]);
  g_assert_cmpuint (keysym, !=, NoSymbol);
  press_keysym (self, keysym, modifiers);
}

void
at_keys_type (AtKeys     *self,
              const char *text)
{
  /* The names of printable ASCII are its numbers. */
  for (const char *c = text; *c != '\0'; c++)
    press_keysym (self, *c == '\n' ? XK_Return : (KeySym) (guchar) *c, 0);
}
