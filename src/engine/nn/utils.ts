export { clipGradNorm_, clipGradValue_, type ClipOptions } from "./clip";
export { parametersToVector, vectorToParameters } from "./vector";
