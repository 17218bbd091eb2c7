/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "at-person.h"

G_BEGIN_DECLS

/* A company whose administrator has read the README: everything is set up with casement-server as it was built. */
typedef struct _AtOffice AtOffice;

#define AT_ADA "ada@example.com"
#define AT_BEN "ben@example.com"

/* Two people, a mailbox, and @n_mails in it, each of a customer of its own: "Question 1" of Customer 1 is the oldest. */
AtOffice *at_office_open   (guint     n_mails);
void      at_office_close  (AtOffice *self);
/* The server stops, and starts again where it was. */
void      at_office_stop   (AtOffice *self);
void      at_office_start  (AtOffice *self);
/* Another mail arrives. @answers: which one before; 0: none */
void      at_office_deliver (AtOffice *self, const char *from, guint answers, const char *subject, const char *body);
/* (transfer full): what has left, one mail after the other, when there are so many and @text is in them */
char     *at_office_wait_sent (AtOffice *self, guint n, const char *text);
/* (transfer full): a folder for a person's things */
char     *at_office_folder (AtOffice *self, const char *name);
/* Starts Casement and signs in by its first page. */
AtPerson *at_office_join   (AtOffice *self, const char *email);
/* The same person at the same computer again, with the password. */
AtPerson *at_office_return (AtOffice *self, const char *email);

G_END_DECLS
