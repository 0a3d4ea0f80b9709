import { count, requiredWord, word, yesNo } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { children } from '#formats/xml/xml-tree';
import type { Clock } from '#model/domain-resources';
import { hertz } from '#units/hertz';

/** clock of a domain XML; libvirt's formatdomain, “Time keeping”. */
export const clock = (element: XmlElement): Clock => ({
  offset: word(element, 'offset'),
  basis: word(element, 'basis'),
  timezone: word(element, 'timezone'),
  timers: children(element, 'timer').map(timer => {
    const frequency = count(timer, 'frequency');
    return {
      name: requiredWord(timer, 'name'),
      isPresent: yesNo(timer, 'present'),
      tickPolicy: word(timer, 'tickpolicy'),
      frequency: frequency === undefined ? undefined : hertz(frequency),
      mode: word(timer, 'mode'),
    };
  }),
});
