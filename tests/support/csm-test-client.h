/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "csm-test-server.h"

G_BEGIN_DECLS

/* A plain HTTP client that signs in as one person and blocks; it knows nothing of the code under test. */
typedef struct
{
  SoupSession *session;
  char        *url;
  char        *token;
} CsmTestClient;

typedef struct
{
  guint               status;
  SoupMessageHeaders *headers;
  GBytes             *body;
  JsonObject         *json; /* NULL: it is none */
} CsmTestReply;

CsmTestClient *csm_test_client_new   (const char     *url,
                                      const char     *token);
void           csm_test_client_free  (CsmTestClient  *self);
SoupMessage   *csm_test_client_message (CsmTestClient *self,
                                      const char     *method,
                                      const char     *path);
/* (transfer full) @msg; asserts that it was answered at all. */
CsmTestReply  *csm_test_client_send  (CsmTestClient  *self,
                                      SoupMessage    *msg);
CsmTestReply  *csm_test_client_fetch (CsmTestClient  *self,
                                      const char     *method,
                                      const char     *path,
                                      const char     *type,
                                      const char     *body);
/* Posts one method call under all capabilities. The answer's arguments; for an error those of the error, so look at `type`. */
JsonObject    *csm_test_client_call  (CsmTestClient  *self,
                                      const char     *method,
                                      const char     *format,
                                      ...) G_GNUC_PRINTF (3, 4);
/* The member of a member of … of an object, by a path with slashes; NULL: there is none. */
JsonNode      *csm_test_find         (JsonObject     *object,
                                      const char     *path);
const char    *csm_test_find_text    (JsonObject     *object,
                                      const char     *path);
/* Runs the main context until @done is true; fails the test after 10 s. */
void           csm_test_wait         (const gboolean *done);
void           csm_test_reply_free   (CsmTestReply   *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTestClient, csm_test_client_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTestReply, csm_test_reply_free)

#define csm_assert_text(object, path, expected) g_assert_cmpstr (csm_test_find_text (object, path), ==, expected)

G_END_DECLS
