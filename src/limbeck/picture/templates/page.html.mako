<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${script_hash}'; base-uri 'none'; form-action 'none'">
<title>${title}</title>
<style>
${style | n}
</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${len(outline.ids)} revisions, ${made}</p>
% if outline.stands:
<ul id="databases">
% for stand in outline.stands:
<li><b>${stand.shown}</b>:
% if stand.problem:
not known: ${stand.problem}
% else:
at ${", ".join(sorted(stand.at) + [one + " (no file has it)" for one in stand.unknown]) or "base"}, ${len(stand.pending) or "nothing"} pending
% endif
</li>
% endfor
</ul>
% endif
% if outline.verdicts:
<ul id="verdicts">
% for verdict in outline.verdicts:
<li class="${verdict.word.partition(' ')[0]}">${verdict.text}</li>
% endfor
</ul>
% endif
<label>Find <input id="find" type="search" placeholder="an id, words of a message, an author" autocomplete="off"></label>
</header>
<main>
<section id="drawing" aria-label="the history, newest revision on top">
${drawing | n}
</section>
<aside id="details" aria-live="polite">
<p>A click on a revision shows what it does, who wrote it and who applied it. Lines of single revisions are folded; a click opens them here.</p>
<noscript>This needs JavaScript; the drawing does not.</noscript>
</aside>
</main>
<script id="facts" type="application/json">${facts | n}</script>
<script>${script | n}</script>
</body>
</html>
