// The total of a budget while one types; the server adds it up anew when it is saved.

function amountOf(text) {
  const plain = text.replace(/[\s,，_]/g, "").replace("．", ".");
  return /^\d{1,15}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
}

function addUp(budget) {
  const total = budget.querySelector("[data-total]");
  let cents = 0;
  for (const field of budget.querySelectorAll('input[name^="amount_"]')) cents += amountOf(field.value);
  const { locale, currency } = total.dataset;
  total.textContent = new Intl.NumberFormat(locale, { style: "currency", currency }).format(cents / 100);
}

document.addEventListener("input", (event) => {
  const budget = event.target.closest("[data-budget]");
  if (budget) addUp(budget);
});
