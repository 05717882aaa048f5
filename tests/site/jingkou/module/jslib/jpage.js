function jpage(box, options) {
  var store = box.nextElementSibling.textContent;
  var rows = store.match(/<record><!\[CDATA\[[\s\S]*?\]\]>/g) || [];
  box.innerHTML = "<ul>" + rows.slice(0, options.perPage).map(function (row) {
    return row.replace("<record><![CDATA[", "").replace("]]>", "");
  }).join("") + "</ul><p>共 " + options.totalRecord + " 条</p>";
}
