"""The page to which an OAuth 2.0 provider sends the browser back, for Swagger UI.

Swagger UI opens the provider in a window and leaves itself a note there, the object
`window.opener.swaggerUIRedirectOauth2`. This page reads the provider's answer from its own address
(RFC 6749: the query in section 4.1.2, the fragment in section 4.2.2), hands it to the note's
`callback` or `errCb`, and closes the window. It speaks the protocol of the page that comes with
swagger-ui (`oauth2-redirect.html`, https://github.com/swagger-api/swagger-ui), and is our own text.
"""

OAUTH2_REDIRECT_PAGE = """
<!doctype html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <title>Swagger UI: OAuth2 Redirect</title>
</head>
<body>
<script>
"use strict";

const CODE_FLOWS = ["accessCode", "authorizationCode", "authorization_code"];
const ANSWER_NAMES = ["code", "token", "access_token", "id_token", "error"];

function parse(text) {
    // Tokens are often base64 that nobody encoded for an address: a plus sign is a plus sign.
    return new URLSearchParams(text.replaceAll("+", "%2B"));
}

function readAnswer(address) {
    // An application with routes in its fragment gets "#/route?code=...".
    const fragment = parse(address.hash.slice(1).replace("?", "&"));
    const answered = ANSWER_NAMES.some((name) => fragment.has(name));
    return Object.fromEntries(answered ? fragment : parse(address.search));
}

function describeFailure(answer) {
    if (!answer.error) {
        return "[Authorization failed]: no authorization code received from the server.";
    }
    const reason = answer.error_description || "no authorization code received from the server";
    const link = answer.error_uri ? `More info: ${answer.error_uri}` : "";
    return `[${answer.error}]: ${reason}. ${link}`;
}

function handOver(oauth2, answer) {
    const { auth, redirectUrl } = oauth2;
    const isValid = answer.state === oauth2.state;
    const report = (level, message) =>
        oauth2.errCb({ authId: auth.name, source: "auth", level, message });

    if (auth.code || !CODE_FLOWS.includes(auth.schema.get("flow"))) {
        oauth2.callback({ auth, token: answer, isValid, redirectUrl });
        return;
    }
    if (!isValid) {
        report("warning", "The server returned another state than it was sent: this answer may"
            + " belong to a request that somebody else made.");
    }
    if (answer.code) {
        delete oauth2.state;
        auth.code = answer.code;
        oauth2.callback({ auth, redirectUrl });
    } else {
        report("error", describeFailure(answer));
    }
}

handOver(window.opener.swaggerUIRedirectOauth2, readAnswer(window.location));
window.close();
</script>
</body>
</html>
""".lstrip()
