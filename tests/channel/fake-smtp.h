/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A mail server that goes wrong where it is told to: at "greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "body" (after so many bytes of
 * the mail) or "end" (when it has the whole mail). What it takes, it keeps. In a thread of its own, on a free port of 127.0.0.1.
 */
typedef struct _FakeSmtp FakeSmtp;

/* What the server says instead of its answer. */
#define FAKE_SMTP_CUT NULL  /* nothing: it ends the connection */
#define FAKE_SMTP_HANG ""   /* nothing at all */

typedef struct
{
  char      *sender;
  GPtrArray *recipients;
  GString   *data;       /* as it was meant, lines ended by CRLF */
} FakeMail;

FakeSmtp *fake_smtp_new         (void);
void      fake_smtp_free        (FakeSmtp   *self);
guint16   fake_smtp_port        (FakeSmtp   *self);
/* @times: so often, then it does right; 0: always. @only: nowhere but in lines that hold this. */
void      fake_smtp_fail        (FakeSmtp   *self,
                                 const char *step,
                                 const char *reply,
                                 guint       times,
                                 const char *only);
void      fake_smtp_be_good     (FakeSmtp   *self);
/* What it offers in its answer to EHLO, lines divided by blanks; "AUTH" stands for all ways to sign in with "secret". */
void      fake_smtp_offer       (FakeSmtp   *self,
                                 const char *features);
/* How long it thinks before each answer, ms. */
void      fake_smtp_slow        (FakeSmtp   *self,
                                 guint       milliseconds);
/* Ends the connections that it has. */
void      fake_smtp_hang_up     (FakeSmtp   *self);
/* Keeps no bodies. */
void      fake_smtp_forget      (FakeSmtp   *self);
guint     fake_smtp_count       (FakeSmtp   *self);
/* How often it went wrong. */
guint     fake_smtp_failures    (FakeSmtp   *self);
guint     fake_smtp_connections (FakeSmtp   *self);
/* With the mail of that number; the caller holds nothing. */
FakeMail *fake_smtp_mail        (FakeSmtp   *self,
                                 guint       number);
/* In the server's thread, for each mail before it is answered. */
void      fake_smtp_on_mail     (FakeSmtp   *self,
                                 void      (*func) (FakeMail *mail, gpointer user_data),
                                 gpointer    user_data);

G_END_DECLS
