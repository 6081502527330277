/** Addresses of the built page's two files, as the webview can load them. */
export interface PageUris {
  /** dist/webview/main.js */
  readonly script: string;
  /** dist/webview/main.css */
  readonly style: string;
}

/** The page's document. Nothing may load or run but its own script and stylesheet. */
export function html(nonce: string, cspSource: string, uris: PageUris): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' ${cspSource}`,
    `font-src ${cspSource}`,
  ].join("; ");
  // The toolkit looks for the meta element named csp-nonce before it adds a style element of its own.
  // Cytoscape would inject a style element, which the policy refuses, unless it finds one of this id.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Backstep</title>
<link id="__________cytoscape_stylesheet" rel="stylesheet" href="${escaped(uris.style)}">
</head>
<body>
<script nonce="${nonce}" src="${escaped(uris.script)}"></script>
</body>
</html>`;
}

function escaped(uri: string): string {
  return uri.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}
