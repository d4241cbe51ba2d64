<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Open branches into ${found.trunk}</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; margin: 1em 0 2em; }
th, td { text-align: left; vertical-align: top; padding: .35em .7em; border-bottom: 1px solid #8886; }
td.number { text-align: right; }
code { font-family: ui-monospace, monospace; }
.grave { border-left: 4px solid #c33; }
.light { border-left: 4px solid #ca3; }
ul { margin: .2em 0; padding-left: 1.2em; }
</style>
</head>
<body>
<h1>Open branches into <code>${found.trunk}</code></h1>
<p>${found.trunk} is at <code>${found.commit[:10]}</code>; ${len(found.branches)} open, ${len(found.collisions)} pairs collide.</p>
<%
mains = [one.main for one in found.branches if one.main]
dates = {one.name: one.ref.date for one in found.branches}
problems = [one for one in found.branches if one.problem]
%>
<h2>An order to merge them in</h2>
% if rows:
<table>
<thead><tr><th></th><th>Branch</th><th>Brings</th><th>By</th><th>With ${found.trunk}</th><th></th></tr></thead>
<tbody>
% for number, name, brings, author, main, why in rows:
<tr><td class="number">${number}</td><td><code>${name}</code></td><td>${brings}</td><td>${author}, ${dates[name]}</td><td>${main}</td><td>${why}</td></tr>
% endfor
</tbody>
</table>
% else:
<p>No branch brings a revision, or changes one.</p>
% endif
% for branch in problems:
<p class="grave"><code>${branch.name}</code>: ${branch.problem}</p>
% endfor
% for title, collisions in (("With " + found.trunk, mains), ("With each other", found.collisions)):
<h2>${title}</h2>
% if collisions:
<table>
<thead><tr><th>Branch</th><th>Branch</th><th>Why</th></tr></thead>
<tbody>
% for one in collisions:
<tr class="${'grave' if one.grave else 'light'}"><td><code>${one.left}</code></td><td><code>${one.right}</code></td><td>${said(one)}\
% if one.judged and one.judged.why:
<ul>
% for line in one.judged.why:
<li>${line}</li>
% endfor
</ul>
% endif
</td></tr>
% endfor
</tbody>
</table>
% else:
<p>Nothing collides.</p>
% endif
% endfor
% if found.unjudged:
<p>Not judged: ${found.unjudged}</p>
% endif
</body>
</html>
