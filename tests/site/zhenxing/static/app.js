fetch("/api/list.json").then(function (answer) { return answer.json(); }).then(function (body) {
  var list = document.createElement("ul");
  list.className = "news-list";
  body.data.rows.forEach(function (row) {
    var item = document.createElement("li");
    var link = document.createElement("a");
    link.href = row.url;
    link.title = row.title;
    link.textContent = row.title;
    var date = document.createElement("span");
    date.textContent = row.date;
    item.append(link, date);
    list.append(item);
  });
  document.getElementById("app").replaceChildren(list);
});
