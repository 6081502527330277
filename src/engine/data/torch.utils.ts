export * as data from "./namespace";
