/** This Kairos, as facts, journals and the page of health name it. */
export const kairosVersion = '0.1.0';
