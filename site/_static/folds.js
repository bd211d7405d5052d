// What has been unfolded may be wide: the theme, which lets the keyboard reach what scrolls, looks again.
addEventListener("toggle", () => dispatchEvent(new Event("resize")), true);

// Paper is light, and nothing on it can be pressed: what is folded is printed open. Afterwards all is as before.
let folded = [], theme = "light";
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  theme = document.documentElement.dataset.theme;
  folded.forEach((each) => { each.open = true; });
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  folded.forEach((each) => { each.open = false; });
  document.documentElement.dataset.theme = theme;
});
