// The sample site carries only what its own pages call.
function $(selector) { var box = document.querySelector(selector); return { jpage: function (options) { jpage(box, options); } }; }
