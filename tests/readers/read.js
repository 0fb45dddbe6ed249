// Reads calendars by ical.js: [{octets, from, until}] on the way in, what each holds between these on the way out.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const written = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString());

const instance = (event, start, end) => ({
  uid: event.uid, start: written(start), end: written(end), summary: event.summary, location: event.location || "",
  status: event.component.getFirstPropertyValue("status") || "",
});

function instancesOf(calendar, from, until) {
  const all = calendar.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
  const found = [];
  for (const master of all.filter((event) => !event.isRecurrenceException())) {
    if (!master.isRecurring()) {
      found.push(instance(master, master.startDate, master.endDate));
      continue;
    }
    all.filter((event) => event.isRecurrenceException() && event.uid === master.uid)
      .forEach((event) => master.relateException(event));
    const times = master.iterator();
    for (let time = times.next(); time; time = times.next()) {
      const { item, startDate, endDate } = master.getOccurrenceDetails(time);
      found.push(instance(item, startDate, endDate));
    }
  }
  return found.filter((one) => one.start < until && one.end > from);
}

const todosOf = (calendar) => calendar.getAllSubcomponents("vtodo").map((todo) => ({
  uid: todo.getFirstPropertyValue("uid"), summary: todo.getFirstPropertyValue("summary"),
  due: written(todo.getFirstPropertyValue("due")), status: todo.getFirstPropertyValue("status"),
  percent: todo.getFirstPropertyValue("percent-complete") || 0,
}));

const busyOf = (calendar) => calendar.getAllSubcomponents("vfreebusy").flatMap((part) =>
  part.getAllProperties("freebusy").map((line) => {
    const period = line.getFirstValue();
    return { kind: line.getFirstParameter("fbtype"), start: written(period.start), end: written(period.end) };
  }));

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ octets, from, until }) => {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(octets));
  calendar.getAllSubcomponents("vtimezone").forEach((zone) => ICAL.TimezoneService.register(zone));
  return { events: instancesOf(calendar, from, until), todos: todosOf(calendar), busy: busyOf(calendar) };
});
process.stdout.write(JSON.stringify(answers));
